"""Service: complaints against their deadlines, feedback and information answered, referrals taken up, surveys, market."""
