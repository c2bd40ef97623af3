-- What the body at work leaves behind, and the limits of delegations: run by migration 0029.

-- The bureau or the president decides by delegation of the council, in force on that day.
CREATE FUNCTION deliberation_is_delegated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose text := (SELECT s.body FROM council_session s WHERE s.id = NEW.council_session_id);
BEGIN
    IF whose = 'council' AND NEW.delegation_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF whose <> 'council' AND EXISTS (
        SELECT FROM delegation g
         WHERE g.id = NEW.delegation_id AND g.funder_id = NEW.funder_id AND g.body = whose
           AND NEW.voted_on BETWEEN g.from_on AND COALESCE(g.until_on, 'infinity')
           AND NEW.voted_on < COALESCE(g.ended_on, 'infinity')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an act of the % rests on no delegation in force', whose
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Several awards to one application by one act count together: no award is cut in two to fit.
CREATE FUNCTION decision_is_delegated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM deliberation b JOIN delegation g ON g.id = b.delegation_id
      WHERE b.id = NEW.deliberation_id AND NEW.outcome = 'award' AND (
            NOT NEW.instrument = ANY (g.instruments)
            OR (SELECT sum(d.amount) FROM decision d
                 WHERE d.deliberation_id = b.id AND d.application_id = NEW.application_id
                   AND d.unit = 'EUR') > g.amount_max);
    IF FOUND THEN
        RAISE EXCEPTION 'decision % exceeds the delegation of its act', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

-- At commit: the figures of the vote are those of the members counted for the item.
CREATE FUNCTION council_voices_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM council_item i
       JOIN deliberation b ON b.id = i.deliberation_id
       JOIN (SELECT item_id, count(*) AS seats,
                    count(*) FILTER (WHERE standing = 'present') AS present,
                    count(*) FILTER (WHERE standing = 'represented') AS represented,
                    count(*) FILTER (WHERE left_room) AS not_taking_part,
                    count(choice) AS named,
                    count(*) FILTER (WHERE choice = 'for') AS votes_for,
                    count(*) FILTER (WHERE choice = 'against') AS votes_against
               FROM council_voice WHERE item_id = NEW.item_id GROUP BY item_id) v
         ON v.item_id = i.id
      WHERE i.id = NEW.item_id
        AND (v.seats, v.present, v.represented, v.not_taking_part)
          = (b.seats, b.present, b.represented, b.not_taking_part)
        AND (v.named = 0 OR (v.votes_for, v.votes_against, v.named) = (
             b.votes_for, b.votes_against, b.votes_for + b.votes_against + b.abstentions));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the members of an item do not add up to the figures of its vote'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER deliberation_is_delegated BEFORE INSERT ON deliberation
    FOR EACH ROW EXECUTE FUNCTION deliberation_is_delegated();
CREATE TRIGGER deliberation_keeps_its_delegation BEFORE UPDATE OF delegation_id ON deliberation
    FOR EACH ROW EXECUTE FUNCTION decision_is_final();
CREATE TRIGGER decision_is_delegated AFTER INSERT ON decision
    FOR EACH ROW EXECUTE FUNCTION decision_is_delegated();
CREATE TRIGGER delegation_is_final
    BEFORE UPDATE OF id, funder_id, body, number, object, voted_on, instruments, amount_max,
                     from_on, until_on OR DELETE
    ON delegation FOR EACH ROW EXECUTE FUNCTION decision_is_final();
CREATE CONSTRAINT TRIGGER council_voices_add_up AFTER INSERT ON council_voice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION council_voices_add_up();
CREATE TRIGGER council_voice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON council_voice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER council_reported_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON council_reported FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER council_item_is_voted
    BEFORE UPDATE OF meeting_id, number, object, draft, rapporteur_id, deliberation_id,
                     withdrawn_at, voted_at OR DELETE
    ON council_item FOR EACH ROW WHEN (OLD.deliberation_id IS NOT NULL)
    EXECUTE FUNCTION decision_is_final();
