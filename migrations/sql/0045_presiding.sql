-- Who presides over an item that is voted: somebody in the room for it, from now on always named.
CREATE FUNCTION council_item_is_presided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.presided_by_id IS NULL THEN
        RAISE EXCEPTION 'nobody presides over item %', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER council_item_is_presided BEFORE UPDATE OF deliberation_id ON council_item
    FOR EACH ROW WHEN (OLD.deliberation_id IS NULL AND NEW.deliberation_id IS NOT NULL)
    EXECUTE FUNCTION council_item_is_presided();
CREATE TRIGGER council_item_keeps_its_president BEFORE UPDATE OF presided_by_id ON council_item
    FOR EACH ROW WHEN (OLD.deliberation_id IS NOT NULL)
    EXECUTE FUNCTION decision_is_final();

-- At commit, when every member is counted: whoever presides was there, and had not left for it.
CREATE FUNCTION council_president_was_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM council_item i
         WHERE i.id = NEW.item_id AND NOT EXISTS (
            SELECT FROM council_voice v
             WHERE v.item_id = i.id AND v.seat_id = i.presided_by_id
               AND v.standing = 'present' AND NOT v.left_room)) THEN
        RAISE EXCEPTION 'who presides over item % was not in the room', NEW.item_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER council_president_was_there AFTER INSERT ON council_voice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION council_president_was_there();
