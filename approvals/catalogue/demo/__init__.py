"""The demo city's catalogue: departments, life events and items of Haizhou, published through the actions."""

from approvals.catalogue.demo.load import load_demo_catalogue

__all__ = ["load_demo_catalogue"]
