"""The pages of patrols: the tour on a phone, the findings, the weekly report, checklist and areas."""
