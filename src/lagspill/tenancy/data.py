"""What kind of data a field holds and when it dies. Every tenant model carries both; a guard test checks each field."""

from enum import StrEnum


class Data(StrEnum):
    """Kinds of data, from harmless to most sensitive. Decides what may be exported, logged and shown in lists."""

    KEY = "key"  # ids and references
    CODE = "code"  # stable codes, flags, numbers about work
    TIME = "time"  # dates and moments
    WORK = "work"  # names, phone numbers and words of the municipality itself
    PERSONAL = "personal"  # who somebody is and how to reach them
    SENSITIVE = "sensitive"  # words and answers about health, family, feelings
    SECRET = "secret"  # noqa: S105  # the name of a class: keyed hashes, codes that open doors; never exported


class Dies(StrEnum):
    """When a row is deleted; the periods themselves are settings of each municipality."""

    WITH_FILE = "with_file"
    WITH_PERSON = "with_person"
    WITH_MUNICIPALITY = "with_municipality"
    AFTER_LOG_PERIOD = "after_log_period"
    AFTER_SENDING = "after_sending"


class Lock(StrEnum):
    """The second lock's class of a table (privacy model, "Two locks")."""

    FILE = "file"  # citizens reach it only through file_party
    PERSON = "person"  # citizens reach own rows, and of persons in relations they are party to
    STAFF = "staff"  # no citizen, ever
    OPEN = "open"  # everybody inside the municipality's scope
