"""Delivery of results and notices: files, streams, mail, schedules."""
