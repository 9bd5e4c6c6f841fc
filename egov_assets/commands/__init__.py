"""The commands of `egov`, one module each: `add_parser` declares it, the function it names does it, in
the folders of the study that it is handed.

Heavy modules are imported inside the functions, so that `egov --help` answers at once.
"""


class CannotRun(Exception):
    """A command cannot do what it was asked; the message says why and what to do. So does that of a SettingsError."""
