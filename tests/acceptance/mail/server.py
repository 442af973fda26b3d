"""A mail server for the tests of letters: takes them as any server would and writes them down.

It prints its port on one line. Each letter becomes one line of JSON in --letters, decoded by
Python's own reader of letters, so that what Keyward wrote is read by somebody else.
"""

import argparse
import asyncio
import email
import email.policy
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    """Keeps every letter, but none to one address."""

    def __init__(self, letters, refuse):
        self.letters = letters
        self.refuse = refuse

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.refuse:
            return f"550 5.1.1 <{address}>: no such mailbox on internal-name.example.net"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        record = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": server.transport.get_extra_info("ssl_object") is not None,
            "signedIn": bool(session.authenticated),
            "headers": [[name, str(value)] for name, value in letter.items()],
            "raw": envelope.content.decode("ascii"),
            "text": letter.get_content(),
        }
        with open(self.letters, "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        return "250 OK"


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", required=True)
    parser.add_argument("--encryption", choices=["none", "starttls", "smtps"], required=True)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--refuse")
    return parser.parse_args()


async def main():
    options = arguments()
    tls = None
    if options.encryption != "none":
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.certificate, options.key)
    starttls = tls if options.encryption == "starttls" else None

    def signs_in(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (options.user.encode(), options.password.encode())
        return AuthResult(success=good, handled=False)

    def session():
        return SMTP(
            Keeper(options.letters, options.refuse),
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=signs_in if options.user else None,
            auth_required=options.user is not None,
            auth_require_tls=starttls is not None,
        )

    wrapped = tls if options.encryption == "smtps" else None
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0, ssl=wrapped)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
