// Empty: tbx_headers needs a source, and exists only for the precompiled header that all libraries share.
