"""A certification authority of the tests: it issues real certificates, and stands in the list once it was entered."""

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from portal.core.time import driven_clock
from procurement.bidders import issuers
from procurement.bidders.issuers import IssuerDraft
from procurement.bidders.models import TrustedIssuer
from tests.factories import moment
from tests.tenders.objects import officer

BEGIN = moment("2026-10-20 00:00")
FOUNDED, CENTURY = moment("2000-01-01 00:00"), 36_525  # an authority of the tests holds whatever day it is
GROUND = "电子认证服务许可证 ECP-01"


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)])


class Authority:
    """A key and its certificate. `ca=False` makes one that says of itself that it issues nothing."""

    def __init__(self, name: str = "江苏测试电子认证有限公司", *, ca: bool = True, key=None, uses=None):
        self.name, self.key = name, key or ec.generate_private_key(ec.SECP256R1())
        built = self._built(_named(name), self.key, CENTURY, FOUNDED).add_extension(
            x509.BasicConstraints(ca, None), critical=True
        )
        self.certificate = self._signed(built if uses is None else built.add_extension(uses, critical=True))

    def _built(self, subject, key, days: int, begin: dt.datetime = BEGIN) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder().subject_name(subject).issuer_name(_named(self.name)).public_key(key.public_key())
            .serial_number(7).not_valid_before(begin).not_valid_after(begin + dt.timedelta(days=days))
        )  # fmt: skip

    def _signed(self, built: x509.CertificateBuilder) -> x509.Certificate:
        return built.sign(self.key, None if isinstance(self.key, ed25519.Ed25519PrivateKey) else hashes.SHA256())

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, key, *, days: int = 365, firm: str = "海州路桥工程有限公司") -> bytes:
        """A firm's certificate, from a month ago on."""
        return self._signed(self._built(_named(firm), key, days)).public_bytes(serialization.Encoding.PEM)

    def draft(self, **more) -> IssuerDraft:
        values = {"name": self.name, "pem": self.pem, "source": GROUND, "starts_on": dt.date(2026, 11, 1)}
        return IssuerDraft(**{**values, **more})

    def entered(self, by=None, **more) -> TrustedIssuer:
        """In the list, once; by the day of the tests unless the clock is driven otherwise."""
        found = TrustedIssuer.objects.filter(fingerprint=self.certificate.fingerprint(hashes.SHA256()).hex()).first()
        if found is not None:
            return found
        with driven_clock(moment("2026-11-20 10:00")):
            return issuers.enter_issuer(by or officer(), self.draft(**more))


AUTHORITY = Authority()


def certificate(key, *, days: int = 365) -> bytes:
    """A firm's certificate of an authority that is trusted here."""
    AUTHORITY.entered()
    return AUTHORITY.issue(key, days=days)
