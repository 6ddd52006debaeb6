# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests, made by the openssl program."""

import os
import subprocess


def _openssl(*args, cwd):
    subprocess.run(["openssl", *args], cwd=cwd, check=True, capture_output=True)


class Authority:
    """A certificate authority in a folder: `ca.pem`, and what it issues."""

    def __init__(self, folder, name="Test CA"):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        os.chmod(folder, 0o755)
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                 "-subj", f"/CN={name}", "-keyout", "ca.key", "-out", "ca.pem", cwd=folder)
        self.ca = folder / "ca.pem"

    def issue(self, name, issuer="ca", authority=False):
        """One PEM file with certificate, the chain up to the root, and key. Anyone may read it: the
        server reads it again after its change of user."""
        extension = "basicConstraints=CA:TRUE" if authority else \
            "subjectAltName=DNS:localhost,IP:127.0.0.1"
        (self.folder / "ext").write_text(extension + "\n")
        _openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr", cwd=self.folder)
        _openssl("x509", "-req", "-days", "30", "-in", f"{name}.csr", "-CA", f"{issuer}.pem",
                 "-CAkey", f"{issuer}.key", "-CAcreateserial", "-extfile", "ext", "-out", f"{name}.crt",
                 cwd=self.folder)
        parts = [self.folder / f"{name}.crt"]
        if issuer != "ca":
            parts.append(self.folder / f"{issuer}.crt")
        parts.append(self.folder / f"{name}.key")
        path = self.folder / f"{name}.pem"
        path.write_text("".join(part.read_text() for part in parts))
        os.chmod(path, 0o644)
        return path
