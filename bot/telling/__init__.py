"""What channels are told: alerts, their past and origins, threads kept true, digests. Mostly pure."""
