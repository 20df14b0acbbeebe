"""Actions of clause 2.7.2: reports, their findings, the proposals that follow."""
