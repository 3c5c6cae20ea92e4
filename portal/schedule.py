"""What beat does when: one entry for each repeated task of all rooms."""

from typing import Any

from celery.schedules import crontab

# Every entry expires before its next turn: a message is a poke, an old one is worth nothing.
SCHEDULE: dict[str, dict[str, Any]] = {
    "beat-tick": {"task": "core.beat_tick", "schedule": 30.0, "options": {"expires": 25}},
    "run-due-jobs": {"task": "core.run_due_jobs", "schedule": 5.0, "options": {"expires": 5}},
    "refresh-statistics": {"task": "core.refresh_statistics", "schedule": 10.0, "options": {"expires": 10}},
    "count-open-work": {"task": "dashboards.count_open_work", "schedule": 15.0, "options": {"expires": 15}},
    "evaluation-lapse": {"task": "evaluation.lapse", "schedule": 60.0, "options": {"expires": 55}},
    "seal-events": {"task": "core.seal_events", "schedule": crontab(hour=2, minute=10), "options": {"expires": 3600}},
    "scan-files": {"task": "core.scan_files", "schedule": crontab(minute="*/10"), "options": {"expires": 590}},
    "purge": {"task": "core.purge", "schedule": crontab(hour=3, minute=0), "options": {"expires": 3600}},
    "deemed-acceptance": {
        "task": "cases.deem_accepted",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 590},
    },
    "deemed-grant": {
        "task": "cases.deem_granted",
        "schedule": crontab(hour=0, minute="5,35"),
        "options": {"expires": 1700},
    },
    "payments-ask": {"task": "payments.ask_alive", "schedule": 60.0, "options": {"expires": 55}},
    "payments-daily": {
        "task": "payments.daily",
        "schedule": crontab(hour="0,9", minute=15),
        "options": {"expires": 3600},
    },
    "payments-reconcile": {
        "task": "payments.reconcile",
        "schedule": crontab(hour=6, minute=30),
        "options": {"expires": 3600},
    },
    "calls-sweep": {
        "task": "calls.sweep",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 3600},
    },
    "delivery-carriers": {
        "task": "delivery.ask_carriers",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 590},
    },
    "delivery-sweep": {
        "task": "delivery.sweep",
        "schedule": crontab(minute="20,50"),
        "options": {"expires": 1700},
    },
    "districts-sweep": {"task": "districts.sweep", "schedule": crontab(minute="*/5"), "options": {"expires": 290}},
    "hotline-sweep": {"task": "hotline.sweep", "schedule": crontab(minute="*/2"), "options": {"expires": 110}},
    "certificates-sweep": {
        "task": "certificates.sweep",
        "schedule": crontab(hour=0, minute="15,45"),
        "options": {"expires": 1700},
    },
    "projects-sweep": {"task": "projects.sweep", "schedule": crontab(minute="8,38"), "options": {"expires": 1700}},
    "pledges-sweep": {"task": "pledges.sweep", "schedule": crontab(minute="12,42"), "options": {"expires": 1700}},
    "deadline-sweep": {"task": "cases.sweep_deadlines", "schedule": crontab(minute="*/5"), "options": {"expires": 290}},
    "return-unsupplemented": {
        "task": "cases.return_unsupplemented",
        "schedule": crontab(minute="5,35"),
        "options": {"expires": 1700},
    },
    "queue-tell-near": {"task": "queue.tell_near", "schedule": 15.0, "options": {"expires": 15}},
    "queue-sweep": {"task": "queue.sweep", "schedule": crontab(minute="*/5"), "options": {"expires": 290}},
    "queue-erase-phones": {
        "task": "queue.erase_phones",
        "schedule": crontab(hour=3, minute=20),
        "options": {"expires": 3600},
    },
    "settle-ratings": {
        "task": "ratings.settle_expired",
        "schedule": crontab(hour=1, minute=20),
        "options": {"expires": 3600},
    },
    "rating-lamps": {"task": "ratings.light_lamps", "schedule": crontab(minute="3-59/10"), "options": {"expires": 590}},
    "lay-slots": {"task": "appointments.lay_slots", "schedule": crontab(minute=20), "options": {"expires": 3500}},
    "missed-appointments": {
        "task": "appointments.mark_missed",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 290},
    },
    "plan-shifts": {"task": "attendance.plan_days", "schedule": crontab(minute="*/10"), "options": {"expires": 590}},
    "watch-posts": {"task": "attendance.watch_posts", "schedule": 60.0, "options": {"expires": 55}},
    "patrol-lamps": {"task": "patrols.light_lamps", "schedule": crontab(minute="*/15"), "options": {"expires": 890}},
    "visit-invitations": {"task": "social.advance", "schedule": crontab(minute="*/5"), "options": {"expires": 290}},
    "weekly-ranking": {
        "task": "scores.weekly",
        "schedule": crontab(hour="6,9,12", minute=20),
        "options": {"expires": 3600},
    },
    "suggestion-lamps": {"task": "scores.lamps", "schedule": crontab(hour=7, minute=40), "options": {"expires": 3600}},
    "monitoring-digests": {
        "task": "monitoring.digests",
        "schedule": crontab(hour=8, minute="10,40"),
        "options": {"expires": 1700},
    },
    "monitoring-thresholds": {
        "task": "monitoring.thresholds",
        "schedule": crontab(hour=5, minute="20,50"),
        "options": {"expires": 1700},
    },
    "monitoring-samples": {
        "task": "monitoring.draw_samples",
        "schedule": crontab(hour=4, minute="10,40"),
        "options": {"expires": 1700},
    },
    "insight-count": {
        "task": "insight.count_days",
        "schedule": crontab(hour=1, minute=40),
        "options": {"expires": 3600},
    },
    "knowledge-sweep": {
        "task": "knowledge.sweep",
        "schedule": crontab(hour=6, minute=10),
        "options": {"expires": 3600},
    },
    "bidder-licences": {
        "task": "bidders.tell_of_licences",
        "schedule": crontab(hour="8,10", minute=25),
        "options": {"expires": 3600},
    },
    "bidder-mandates": {
        "task": "bidders.tell_of_mandates",
        "schedule": crontab(hour="8,10", minute=28),
        "options": {"expires": 3600},
    },
    "tender-days": {"task": "tenders.advance", "schedule": 30.0, "options": {"expires": 25}},
    "bid-openings": {"task": "bids.advance", "schedule": 20.0, "options": {"expires": 18}},
    "bid-drafts": {"task": "bids.sweep", "schedule": crontab(minute=50), "options": {"expires": 3500}},
    "expert-calls": {"task": "experts.advance", "schedule": 60.0, "options": {"expires": 55}},
    "bond-lamps": {"task": "tenders.light_lamps", "schedule": crontab(minute="7,37"), "options": {"expires": 1700}},
    "ocds-sweep": {"task": "opendata.sweep", "schedule": crontab(hour=2, minute=40), "options": {"expires": 3600}},
    "award-days": {"task": "awards.advance", "schedule": crontab(minute="9,39"), "options": {"expires": 1700}},
    "collusion-signs": {
        "task": "oversight.nightly",
        "schedule": crontab(hour=2, minute=50),
        "options": {"expires": 3600},
    },
    "promise-lamps": {"task": "promises.sweep", "schedule": crontab(minute="12,42"), "options": {"expires": 1700}},
    "package-lamps": {"task": "packages.sweep", "schedule": crontab(minute="17,47"), "options": {"expires": 1700}},
    "reform-take-effect": {
        "task": "reform.take_effect",
        "schedule": crontab(minute="2-59/10"),
        "options": {"expires": 590},
    },
    "open-data-changes": {
        "task": "opengov.look_for_changes",
        "schedule": crontab(hour=2, minute=40),
        "options": {"expires": 3600},
    },
}
