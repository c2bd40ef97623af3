"""Preparing a decision: scenarios, computed proposals, several funders, waiting lists."""
