"""What the accounting office's application sends back, in the true form of its two documents."""

from __future__ import annotations

from build.clock import NOW

SPACE = "http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/retour"
TODAY = f"{NOW:%Y-%m-%d}"


def head(kind: str, name: str, community: str) -> str:
    """Envelope and head; the two documents name the authority's code differently."""
    return (
        f'<Enveloppe><Parametres><Version V="2"/><TypFic V="{kind}"/><NomFic V="{name}"/>'
        '</Parametres><Emetteur><Sigle V="HELIOS"/><Adresse V="HELIOS"/></Emetteur></Enveloppe>'
        f'<EnTetePES><DteStr V="{TODAY}"/><IdPost V="063001"/><LibellePoste V="VALBRUNE"/>'
        f'<IdColl V="24630070100013"/><{community} V="100"/><CodBud V="00"/></EnTetePES>'
    )


def returned(*batches: str, space: str = SPACE) -> str:
    """A return of expenses."""
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>'
        f'<n:PES_Retour xmlns:n="{space}">{head("PES2R_DEP", "PES2R_DEP_P.xml", "CodColl")}'
        '<PES_DepenseRetour><EnTeteDepense><TypRestit V="02"/><IdVer V="2"/><NatInf V="2"/>'
        f"</EnTeteDepense>{''.join(batches)}</PES_DepenseRetour></n:PES_Retour>"
    )


def batch(*pieces: str, year: int = NOW.year, serial: int = 1, kind: str = "01") -> str:
    """One bordereau and its pieces."""
    return (
        f'<Bordereau><BlocBordereau><Exer V="{year}"/><IdBord V="{serial}"/><TypBord V="{kind}"/>'
        f"</BlocBordereau>{''.join(pieces)}</Bordereau>"
    )


def piece(
    serial: int,
    *lines: str,
    state: str = "02",
    kind: str = "01",
    taken_over: str = TODAY,
    refused: str = "",
    why: str = "",
    said: str = "",
) -> str:
    """One mandate. `why`: codes of motives; `said`: what the accounting office wrote."""
    told = {"DtePcePec": taken_over, "EtatPce": state, "ObsEtat": why, "Commentaire": said}
    told["DtePceRej"] = refused
    rest = "".join(f'<{name} V="{value}"/>' for name, value in told.items() if value)
    return (
        f'<Piece><InfoPiece><IdPce V="{serial}"/><TypPce V="{kind}"/><NatPce V="01"/>'
        f'<Obj V="Subvention"/>{rest}</InfoPiece>{"".join(lines)}</Piece>'
    )


def line(amount: str, *paid: str, number: int = 1, tax: str = "", state: str = "08") -> str:
    """One line of a mandate with its payments."""
    vat = f'<MtTVA V="{tax}"/>' if tax else ""
    return (
        f'<LigneDePiece><BlocLignePiece><InfoLignePiece><IdLigne V="{number}"/>'
        f'<EtatLigPce V="{state}"/><MtHT V="{amount}"/>{vat}</InfoLignePiece></BlocLignePiece>'
        '<Tiers><InfoTiers><CatTiers V="50"/><NatJur V="06"/><Nom V="EPICERIE DU CANAL"/>'
        f"</InfoTiers></Tiers>{''.join(paid)}</LigneDePiece>"
    )


def payment(amount: str, on: str = TODAY, origin: str = "01") -> str:
    """One payment, or another origin of a settlement."""
    return (
        f'<PaiementEmargement><OrgEma V="{origin}"/><DtePay V="{on}"/><MtPay V="{amount}"/>'
        "</PaiementEmargement>"
    )


def acknowledged(*elements: str, name: str = "BROUILLON_2018_0000001") -> str:
    """An acknowledgement of a flow of that name."""
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>'
        f'<n:PES_ACQUIT xmlns:n="{SPACE}/v2">{head("PESALR2", name, "CodCol")}'
        f'<ACQUIT><EnTeteAcquit><IdVer V="2"/></EnTeteAcquit>{"".join(elements)}</ACQUIT>'
        "</n:PES_ACQUIT>"
    )


def let_in(serial: int, *, year: int = NOW.year) -> str:
    """A bordereau that came in."""
    return _element("5", "1", serial, year, "")


def not_let_in(serial: int, *errors: str, year: int = NOW.year, domain: str = "5") -> str:
    """A bordereau that did not; no number where the whole flow did not."""
    return _element(domain, "0", serial, year, "".join(errors))


def error(words: str, code: str = "ERREUR_AUTRE") -> str:
    """What is wrong."""
    return f'<Erreur><NumAnoAck V="{code}"/><LibelleAnoAck V="{words}"/></Erreur>'


def of_piece(serial: int, *errors: str) -> str:
    """What is wrong with one mandate."""
    return f'<DetailPiece><NumPiece V="{serial}"/>{"".join(errors)}</DetailPiece>'


def _element(domain: str, state: str, serial: int, year: int, rest: str) -> str:
    named = f'<NumBord V="{serial}"/><ExerciceBord V="{year}"/>' if serial else ""
    return (
        f'<ElementACQUIT><DomaineAck V="{domain}"/><EtatAck V="{state}"/>{named}{rest}'
        "</ElementACQUIT>"
    )
