"""Where results and remarks go: files, streams, mail, schedules."""
