"""The errors of training, branches of the core's tree."""

from maskcore.errors import MaskcoreError


class DataError(MaskcoreError):
    """A data set cannot be used."""

    slug = "data"
    title = "The data set cannot be used"


class DownloadError(DataError):
    """A data set did not come."""

    slug = "download"
    title = "The data set did not come"


class RunError(MaskcoreError):
    """A training run cannot be started, found or continued."""

    slug = "run"
    title = "The training run cannot be used"


class RunStoppedError(RunError):
    """A training run was ended because somebody asked for it."""

    slug = "run-stopped"
    title = "The training run was stopped"
