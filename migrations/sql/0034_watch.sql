-- Of migration 0034: what was reminded, calendars; forms of award, reports that stay, advances.

CREATE TABLE due_reminder (
    id uuid CONSTRAINT pk_due_reminder PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    subject_id uuid NOT NULL,
    occasion varchar(40) NOT NULL
        CONSTRAINT ck_due_reminder_occasion_is_known
            CHECK (occasion IN ('before', 'due', 'late')),
    due_on date NOT NULL,
    sent_at timestamptz NOT NULL,
    CONSTRAINT uq_due_reminder_subject_id_occasion_due_on UNIQUE (subject_id, occasion, due_on)
);

CREATE TABLE calendar_link (
    id uuid CONSTRAINT pk_calendar_link PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    person_id uuid NOT NULL CONSTRAINT fk_calendar_link_person_id REFERENCES person,
    made_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX uq_calendar_link_live ON calendar_link (person_id) WHERE ended_at IS NULL;

-- An envelope takes the family of its first award: a gift, a loan and shares never share one. The
-- unique key makes a second first award wait for the first.
CREATE FUNCTION decision_fits_its_envelope() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the ledger_envelope;
    fit instrument_fit;
    held text;
BEGIN
    SELECT * INTO the FROM ledger_envelope WHERE id = NEW.envelope_id;
    SELECT * INTO fit FROM instrument_fit f
    WHERE f.instrument = NEW.instrument AND f.unit = the.unit AND f.section = the.section
      AND (COALESCE(the.nature_account, '') = '' OR cardinality(f.accounts) = 0
           OR EXISTS (SELECT FROM unnest(f.accounts) a
                      WHERE starts_with(the.nature_account, a)));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'award of form % does not fit envelope %', NEW.instrument, the.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_fits_its_envelope';
    END IF;
    INSERT INTO envelope_family (envelope_id, family) VALUES (the.id, fit.family)
        ON CONFLICT (envelope_id) DO NOTHING;
    SELECT family INTO held FROM envelope_family WHERE envelope_id = the.id;
    IF held <> fit.family THEN
        RAISE EXCEPTION 'envelope % gives %, not %', the.id, held, fit.family
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_keeps_the_family';
    END IF;
    RETURN NEW;
END $$;

-- A report that was accepted or excused is what payments rest on.
CREATE FUNCTION financial_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'financial report % is settled', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- KEY SHARE makes two schedules of one advance wait for one another's sum.
CREATE FUNCTION advance_parts_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given decision;
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.decision_id, OLD.amount_cents)
            IS DISTINCT FROM (NEW.decision_id, NEW.amount_cents) THEN
        RAISE EXCEPTION 'part % keeps its amount', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('repaid', 'waived') THEN
        RAISE EXCEPTION 'part % is settled', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT * INTO given FROM decision WHERE id = NEW.decision_id FOR NO KEY UPDATE;
    IF given.instrument IS DISTINCT FROM 'advance' THEN
        RAISE EXCEPTION 'decision % is no advance', NEW.decision_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT COALESCE(sum(amount_cents), 0) FROM advance_part
            WHERE decision_id = NEW.decision_id AND id <> NEW.id)
            + NEW.amount_cents > given.amount THEN
        RAISE EXCEPTION 'advance % is repaid more than once', NEW.decision_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER decision_fits_its_envelope BEFORE INSERT ON decision FOR EACH ROW
WHEN (NEW.envelope_id IS NOT NULL) EXECUTE FUNCTION decision_fits_its_envelope();

CREATE TRIGGER financial_report_stays BEFORE UPDATE OR DELETE ON financial_report FOR EACH ROW
WHEN (OLD.state IN ('accepted', 'excused')) EXECUTE FUNCTION financial_report_stays();

CREATE TRIGGER advance_parts_fit BEFORE INSERT OR UPDATE ON advance_part
FOR EACH ROW EXECUTE FUNCTION advance_parts_fit();
