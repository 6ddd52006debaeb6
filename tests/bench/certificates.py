# SPDX-License-Identifier: Apache-2.0
"""One certificate for all servers: a PEM file, and the NSS database that Debian's upsd wants."""

import os
import subprocess

NICKNAME = "bench"
PASSWORD = "secret"


class Certificate:
    """RSA, 2048 bits: the kind that the documentation of the stock server makes."""

    def __init__(self, folder):
        self.folder = folder
        self.pem = folder / "server.pem"
        self.nss = folder / "nss"
        self._run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
                  "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "certificate.pem")
        self.pem.write_text((folder / "certificate.pem").read_text() + (folder / "key.pem").read_text())
        os.chmod(self.pem, 0o644)  # the bare loop and every account read it; it protects nothing
        self._make_database()

    def _make_database(self):
        self.nss.mkdir()
        (self.folder / "password").write_text(PASSWORD)
        self._run("openssl", "pkcs12", "-export", "-in", self.pem, "-name", NICKNAME, "-passout", "pass:",
                  "-out", "server.p12")
        self._run("certutil", "-N", "-d", f"sql:{self.nss}", "-f", "password")
        self._run("pk12util", "-i", "server.p12", "-d", f"sql:{self.nss}", "-k", "password", "-W", "")
        self._run("certutil", "-M", "-n", NICKNAME, "-t", "CT,C,C", "-d", f"sql:{self.nss}", "-f", "password")
        os.chmod(self.nss, 0o755)
        for file in self.nss.iterdir():
            os.chmod(file, 0o644)

    def _run(self, *words):
        subprocess.run(words, cwd=self.folder, check=True, capture_output=True)

    def lines(self, who):
        """The lines of upsd.conf that make a server take STARTTLS."""
        if who == "stock":
            return f'CERTPATH {self.nss}\nCERTIDENT "{NICKNAME}" "{PASSWORD}"\n'
        return f"CERTFILE {self.pem}\n"
