"""The cards of 投诉: promises and their keeping, what comes again, what a company promises."""
