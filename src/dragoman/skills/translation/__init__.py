"""Speech in any language, written in another: by a chat model, or by the recogniser itself."""
