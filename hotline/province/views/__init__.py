"""Pages of the exchange with the province, and the address that it sends to."""
