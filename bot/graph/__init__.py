"""Microsoft Graph as the list of people: who works here, who leads whom, and who is in which group."""
