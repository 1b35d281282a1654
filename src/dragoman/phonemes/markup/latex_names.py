"""The names of signs in LaTeX."""

from dragoman.phonemes.tables import listed, paired

SIGNS = paired(
    "alpha=α beta=β gamma=γ delta=δ epsilon=ε varepsilon=ε zeta=ζ eta=η theta=θ vartheta=θ iota=ι"
    " kappa=κ lambda=λ mu=μ nu=ν xi=ξ pi=π varpi=π rho=ρ varrho=ρ sigma=σ varsigma=σ tau=τ"
    " upsilon=υ phi=φ varphi=φ chi=χ psi=ψ omega=ω Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ Xi=Ξ Pi=Π"
    " Sigma=Σ Upsilon=Υ Phi=Φ Psi=Ψ Omega=Ω"
    " times=× cdot=× ast=× star=× div=÷ pm=± mp=± leq=≤ le=≤ leqslant=≤ geq=≥ ge=≥ geqslant=≥"
    " neq=≠ ne=≠ lt=< gt=> approx=≈ sim=≈ simeq=≈ cong=≈ equiv=≡ propto=∝ ll=≪ gg=≫"
    " to=→ rightarrow=→ longrightarrow=→ Rightarrow=→ implies=→ mapsto=→ iff=⇔"
    " leftrightarrow=⇔ Leftrightarrow=⇔ leftarrow=← Leftarrow=← uparrow=↑ downarrow=↓"
    " infty=∞ in=∈ notin=∉ subset=⊂ subseteq=⊆ cup=∪ cap=∩ emptyset=∅ varnothing=∅"
    " forall=∀ exists=∃ land=∧ wedge=∧ lor=∨ vee=∨ neg=¬ lnot=¬ therefore=∴ partial=∂ nabla=∇"
    " sum=∑ prod=∏ int=∫ oint=∫ iint=∫ lim=lim max=max min=min"
    " circ=° degree=° prime=′ ldots=… dots=… cdots=… vdots=… ddots=… angle=∠ perp=⊥ mid=| colon=:"
    " euro=€ pounds=£ ell=l hbar=h"
)
PLAIN = {"%": "%", "$": "$", "&": " & ", "#": "#", "_": " ", "{": "(", "}": ")", "|": "|"}
"""The signs behind a backslash; all others are gaps."""
DROPPED = frozenset(
    listed(
        "left right big Big bigg Bigg bigl bigr Bigl Bigr middle displaystyle textstyle limits"
        " nolimits quad qquad hline mathbf mathbb mathcal mathfrak mathsf boldsymbol bm vec hat bar"
        " overline underline widehat widetilde tilde dot ddot boxed underbrace overbrace cancel"
        " phantom nonumber notag centering large Large small limits scriptstyle"
    )
)
"""The commands for a formula's look; the text in the braces behind them is said."""
UNIT_LETTERS = frozenset("mgshltkKcCFNJWVALbBdpTMG")
"""The letters that are a unit or thousands behind a number; in a formula none is."""
