"""What one page or one command shows, put together from the store for a period and filters.

Every function takes the store and `Filters` and gives frozen results; estimates are raw unless the
function says that they are fit for display.
"""

from analysis.briefing.attention import Digest, digest, findings
from analysis.briefing.behind import Behind, CaseLine, behind
from analysis.briefing.cards import Headline, headlines, reach
from analysis.briefing.channels import ChannelGap, Consistency, channel_consistency, channel_gaps
from analysis.briefing.choices import ChoiceShare, choice_shares
from analysis.briefing.complaints import Cause, ComplaintWeek, cause_share_weeks, complaint_causes, complaint_weeks
from analysis.briefing.course import JUDGED_WEEKS, Course, CourseWeek, course
from analysis.briefing.emerging import EmergingIssue, emerging_issues
from analysis.briefing.guard import easy_table, metric_table, refuse_telling
from analysis.briefing.importance import asymmetries, driver_report, pieced_words
from analysis.briefing.journey import (
    StageScore,
    TouchpointScore,
    TouchpointWeek,
    stage_scores,
    touchpoint_scores,
    touchpoint_weeks,
)
from analysis.briefing.leaving_out import left_out
from analysis.briefing.priorities import WeakSpot, Witness, weak_spots
from analysis.briefing.rankings import Ranked, Ranking, ranking
from analysis.briefing.spotlight import Spotlight, SpotWeek, spotlight
from analysis.briefing.voice import Quote, ToneWeek, keyword_contrast, quotes, tone_weeks
from analysis.briefing.waiting import WaitCurve, wait_curves
from analysis.briefing.weakness import WeakReport, weak_dimensions
from analysis.briefing.weekly import JudgedWeek, judged_weeks
from analysis.briefing.weighted import (
    Weighted,
    margin_names,
    weighted_headlines,
    weighted_metric,
    weighting_state,
    weighting_words,
)
from analysis.briefing.words import Contrast, TypicalTerm, contrast, quotes_with

__all__ = [
    "JUDGED_WEEKS",
    "Behind",
    "CaseLine",
    "Cause",
    "ChannelGap",
    "ChoiceShare",
    "ComplaintWeek",
    "Consistency",
    "Contrast",
    "Course",
    "CourseWeek",
    "Digest",
    "EmergingIssue",
    "Headline",
    "JudgedWeek",
    "Quote",
    "Ranked",
    "Ranking",
    "SpotWeek",
    "Spotlight",
    "StageScore",
    "ToneWeek",
    "TouchpointScore",
    "TouchpointWeek",
    "TypicalTerm",
    "WaitCurve",
    "WeakReport",
    "WeakSpot",
    "Weighted",
    "Witness",
    "asymmetries",
    "behind",
    "cause_share_weeks",
    "channel_consistency",
    "channel_gaps",
    "choice_shares",
    "complaint_causes",
    "complaint_weeks",
    "contrast",
    "course",
    "digest",
    "driver_report",
    "easy_table",
    "emerging_issues",
    "findings",
    "headlines",
    "judged_weeks",
    "keyword_contrast",
    "left_out",
    "margin_names",
    "metric_table",
    "pieced_words",
    "quotes",
    "quotes_with",
    "ranking",
    "reach",
    "refuse_telling",
    "spotlight",
    "stage_scores",
    "tone_weeks",
    "touchpoint_scores",
    "touchpoint_weeks",
    "wait_curves",
    "weak_dimensions",
    "weak_spots",
    "weighted_headlines",
    "weighted_metric",
    "weighting_state",
    "weighting_words",
]
