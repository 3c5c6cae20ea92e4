"""The ground floor: calendar, clock, lifecycle, events, jobs, statistics, files, numbers, privacy."""
