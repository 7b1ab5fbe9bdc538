"""Bad files by the thousand: each must end in one clear refusal, or with every row accounted for."""
