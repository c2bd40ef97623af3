-- Documents that are signed, second convocations, usual texts: run by migration 0037.

-- Whoever signs with a code signs a document that was there to be read: the PDF of that version.
CREATE FUNCTION signature_names_its_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.method = 'code' AND NOT EXISTS (
        SELECT FROM agreement_document d
         WHERE d.id = NEW.document_id AND d.version_id = NEW.version_id) THEN
        RAISE EXCEPTION 'signature % names no document of its version', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- A second convocation follows a missed quorum of the same body, three days later at least
-- (CGCT L2121-17); its members are called again once the quorum was missed.
CREATE FUNCTION meeting_follows_a_missed_quorum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.first_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM council_meeting m
          JOIN council_session missed ON missed.id = m.council_session_id
          JOIN council_session again ON again.id = NEW.council_session_id
         WHERE missed.id = NEW.first_id AND m.quorum_missed
           AND (missed.funder_id, missed.body) = (again.funder_id, again.body)
           AND again.held_on >= missed.held_on + 3) THEN
        RAISE EXCEPTION 'meeting % follows no missed quorum of three days before', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION session_is_called_after_the_miss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.convened_on IS NOT NULL AND EXISTS (
        SELECT FROM council_meeting m
          JOIN council_session missed ON missed.id = m.first_id
         WHERE m.council_session_id = NEW.id AND NEW.convened_on < missed.held_on) THEN
        RAISE EXCEPTION 'session % was called before its quorum was missed', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- An act that says it needed no quorum names the meeting that missed it, by its session.
CREATE FUNCTION deliberation_is_of_a_second_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.second_convocation AND NOT EXISTS (
        SELECT FROM council_meeting m
         WHERE m.council_session_id = NEW.council_session_id AND m.first_id IS NOT NULL) THEN
        RAISE EXCEPTION 'act % is of no second convocation', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER signature_names_its_document BEFORE INSERT ON agreement_signature
    FOR EACH ROW EXECUTE FUNCTION signature_names_its_document();
CREATE TRIGGER meeting_follows_a_missed_quorum
    BEFORE INSERT OR UPDATE OF first_id, council_session_id ON council_meeting
    FOR EACH ROW EXECUTE FUNCTION meeting_follows_a_missed_quorum();
CREATE TRIGGER meeting_keeps_its_miss BEFORE UPDATE OF quorum_missed, closed_at ON council_meeting
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION decision_is_final();
CREATE TRIGGER session_is_called_after_the_miss BEFORE UPDATE OF convened_on ON council_session
    FOR EACH ROW EXECUTE FUNCTION session_is_called_after_the_miss();
CREATE TRIGGER deliberation_is_of_a_second_meeting BEFORE INSERT ON deliberation
    FOR EACH ROW EXECUTE FUNCTION deliberation_is_of_a_second_meeting();

CREATE TRIGGER agreement_document_is_final BEFORE UPDATE OR DELETE ON agreement_document
    FOR EACH ROW EXECUTE FUNCTION decision_is_final();
CREATE TRIGGER agreement_proof_is_final BEFORE UPDATE OR DELETE ON agreement_proof
    FOR EACH ROW EXECUTE FUNCTION decision_is_final();
CREATE TRIGGER usual_text_is_final BEFORE UPDATE OR DELETE ON usual_text
    FOR EACH ROW EXECUTE FUNCTION decision_is_final();
CREATE TRIGGER payment_statement_is_final BEFORE UPDATE OR DELETE ON payment_statement
    FOR EACH ROW EXECUTE FUNCTION decision_is_final();
