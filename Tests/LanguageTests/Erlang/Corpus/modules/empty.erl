%% Nothing but a comment.
