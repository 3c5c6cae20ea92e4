"""The catalogue's pages: `citizen` for everybody, `admin…` for those who write and approve items."""
