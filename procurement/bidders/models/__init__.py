"""The tables of bidders, one file for each aggregate."""

from procurement.bidders.models.bidder import Bidder, BidderPerson
from procurement.bidders.models.certificate import Certificate
from procurement.bidders.models.issuer import TrustedIssuer
from procurement.bidders.models.licence import BusinessLicence
from procurement.bidders.models.restriction import Restriction

__all__ = ["Bidder", "BidderPerson", "BusinessLicence", "Certificate", "Restriction", "TrustedIssuer"]
