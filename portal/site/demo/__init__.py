"""The demo city of Haizhou: its people, and a year of cases that walk through the portal's own actions."""
