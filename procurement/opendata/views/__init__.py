"""The faces of open data: packages for programs, the page that explains them."""
