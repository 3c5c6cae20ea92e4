"""Tables of the telephone and of the operator's desk."""

from hotline.calls.models.call import Call, Extension
from hotline.calls.models.cells import CallCell
from hotline.calls.models.demo import DemoCall
from hotline.calls.models.draft import Draft

__all__ = ["Call", "CallCell", "DemoCall", "Draft", "Extension"]
