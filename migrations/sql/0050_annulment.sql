-- Acts annulled once executory: run by migration 0050.

CREATE FUNCTION annulment_of_executory_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deliberation d
                    WHERE d.id = NEW.deliberation_id AND d.funder_id = NEW.funder_id
                      AND d.made_executory_on IS NOT NULL AND d.voted_on <= NEW.pronounced_on
                      AND NEW.pronounced_on
                          <= (NEW.recorded_at AT TIME ZONE 'Europe/Paris')::date) THEN
        RAISE EXCEPTION 'an act is annulled once it is executory'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'annulment_of_executory_act';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER annulment_of_executory_act BEFORE INSERT ON annulment
    FOR EACH ROW EXECUTE FUNCTION annulment_of_executory_act();
CREATE TRIGGER annulment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON annulment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
