"""Speech translation: by a chat model after the recogniser, or by the recogniser itself."""
