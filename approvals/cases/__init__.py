"""Cases from filing to decision: clock, lifecycle, work of clerks, figures."""
