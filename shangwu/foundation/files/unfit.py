"""The verdict "this file is not fit", raised inside the child process, where there is no Django."""


class Unfit(Exception):
    """A file that we do not take. `code` names the reason, `params` fill its sentence (see `refusals`).

    The values of `params` are text or numbers: they travel through a pipe as JSON.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
