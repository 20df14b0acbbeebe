"""`make shots`: every page of the demo department as a picture, and what is wrong with it as a list.

`python -m tests.shots --page sales.order --language zh-hant --width 390 --theme dark` restricts it; all else is
visited. Ends with exit code 1 when any page complains, scrolls sideways, cuts a text or speaks the wrong language.
"""
