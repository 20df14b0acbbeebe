"""`shangwu create-admin`: the first person who can sign in, and who makes the others."""

from __future__ import annotations

import os
import sys

import click

from shangwu.cli import console
from shangwu.cli.engines import told_to_people
from shangwu.cli.installation import Installation
from shangwu.cli.trouble import Trouble


@click.command("create-admin", short_help="Create an administrator, such as the first one.")
@console.var_option
@click.option("--account", prompt=True, help="Name to sign in with.")
@click.option("--name", prompt="Person's name", help="The person's name as shown.")
@click.option("--email", default="", help="Mail address, for notices.")
@click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input; else it is asked for.",
)
@console.json_option
def command(
    var: str | None,
    account: str,
    name: str,
    email: str,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Create a person with an account and the role of an administrator.

    The password is asked for, or read from standard input or from SHANGWU_ADMIN_PASSWORD: never given as an argument,
    which other accounts of this machine could see.
    """
    password = _password(password_stdin)
    installation = Installation(var)
    with installation.opened(), told_to_people():
        from django.db import transaction

        from shangwu.foundation.administration.command import create_administrator

        # Wholly or not at all: a refused password leaves no person behind.
        with transaction.atomic():
            number = create_administrator(account=account, name=name, email=email, password=password)
    text = f"{name} can sign in as {account}."
    console.answer({"account": account, "person": number}, as_json=as_json, text=text)


def _password(from_standard_input: bool) -> str:
    given = os.environ.get("SHANGWU_ADMIN_PASSWORD", "")
    if from_standard_input:
        given = sys.stdin.readline().rstrip("\r\n")
    elif not given:
        if not sys.stdin.isatty():
            raise Trouble("No password given: use --password-stdin, or SHANGWU_ADMIN_PASSWORD.")
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not given:
        raise Trouble("The password is empty: give one.")
    return given
