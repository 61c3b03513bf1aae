%% What several modules include.
-ifndef(SHARED_HRL).
-define(SHARED_HRL, true).
-record(shared, {id :: integer(),
                 name = "none" :: string(),
                 tags = [] :: [atom()]}).
-define(DOUBLE(X), (X) * 2).
-define(TIMEOUT, 5000).
-type shared() :: #shared{}.
-export_type([shared/0]).
-include("inner.hrl").
-endif.
