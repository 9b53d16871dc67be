"""The rule files of a running bot: read, checked, tried, put into force, undone, remembered."""
