"""The way out for mail: one message to the mail server that the operator has named, within the server's time limit."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, get_connection


def hand_in(message: EmailMessage) -> str:
    """Hand a message to the mail server. Empty when the server has taken it, else why not, for programs.

    `recipient`: it refuses the address or the message for ever; `smtp`: later may be better, so try again.
    """
    try:
        with get_connection() as connection:
            message.connection = connection
            message.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        return "recipient" if codes and all(code >= 500 for code in codes) else "smtp"
    except SMTPResponseException as error:
        return "recipient" if 550 <= error.smtp_code < 560 else "smtp"
    except (SMTPException, OSError):
        return "smtp"
    except ValueError:
        # What is written as its address is none.
        return "recipient"
    return ""
