"""Shell commands, %%capture and %%script hide what happens.

says: the shape|scale this
"""

# %% setup
%load_ext autoreload
%autoreload 2
!touch @ROOT@/evil @HOME@/evil
%cd @ROOT@
%env X=1

# %% shout-answer
%%javascript
evil()
