"""What sets firms, industries, places and exports apart: the moderators and mechanisms of Tables 4 and 7 to 10."""
