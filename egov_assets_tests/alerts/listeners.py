"""An HTTP listener and an SMTP server with TLS on loopback, which keep what they were sent."""

import json
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class HttpListener:
    """Keeps path and body of every post; answers with the given codes and body in turn, the last for ever."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict]] = []
        self.headers: list[Message] = []
        self.codes = [200]
        self.answer = b"{}"
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.posts.append((self.path, json.loads(body)))
                listener.headers.append(self.headers)
                codes = listener.codes
                self.send_response(codes.pop(0) if len(codes) > 1 else codes[0])
                self.end_headers()
                self.wfile.write(listener.answer)

            def log_message(self, *_: object) -> None:
                """The test looks at the posts."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def certificate(folder: Path) -> Path:
    """A key and a certificate for localhost, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    as_text = serialization.Encoding.PEM
    in_clear = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "localhost.pem"
    path.write_bytes(key.private_bytes(as_text, *in_clear) + signed.public_bytes(as_text))
    return path


class SmtpServer:
    """Takes one mail: either TLS from the first byte or after STARTTLS; a login is demanded only under TLS."""

    def __init__(self, pem: Path, tls_at_once: bool) -> None:
        self.said: list[str] = []  # commands before and after TLS, the mail's lines among them
        self.said_in_clear: list[str] = []
        self._tls_at_once = tls_at_once
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with suppress(ssl.SSLError):  # a client that does not trust the certificate hangs up
            self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        is_secret = self._tls_at_once
        if is_secret:
            connection = self._context.wrap_socket(connection, server_side=True)
        file = connection.makefile("rwb", buffering=0)
        file.write(b"220 ready\r\n")
        is_mail = False
        while line := file.readline().decode().rstrip("\r\n"):
            while is_mail and line != ".":
                self.said.append(line)
                line = file.readline().decode().rstrip("\r\n")
            (self.said if is_secret else self.said_in_clear).append(line)
            word = line.split()[0].upper()
            if word == "." or word in ("MAIL", "RCPT", "RSET"):
                is_mail = False
                file.write(b"250 ok\r\n")
            elif word == "EHLO":
                file.write(b"250-here\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n")
            elif word == "STARTTLS":
                file.write(b"220 go\r\n")
                connection = self._context.wrap_socket(connection, server_side=True)
                file, is_secret = connection.makefile("rwb", buffering=0), True
            elif word == "AUTH":
                file.write(b"235 ok\r\n")
            elif word == "DATA":
                is_mail = True
                file.write(b"354 go\r\n")
            elif word == "QUIT":
                file.write(b"221 bye\r\n")
                return
