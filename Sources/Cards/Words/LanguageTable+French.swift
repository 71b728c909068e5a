import Encoding
import Manifests

extension LanguageTable {
    /// French.
    static let french = LanguageTable(
        words: [
            .card: "FICHE DE PROVENANCE", .history: "HISTORIQUE",
            .legend: "[P] prouvé ici  [S] dit le signataire  [W] vu par d'autres  "
                + "[?] inconnu ici",
            .translation: "Traduction ; c'est le texte anglais qui est signé",
            .state: "ÉTAT", .facts: "FAITS, tels que signés",
            .translatedFacts: "FAITS, traduits", .record: "ENREGISTREMENT",
            .notCovered: "NON COUVERT",
            .signedText: "Le texte signé, lettre pour lettre",
            .markProven: "prouvé ici", .markStated: "dit le signataire",
            .markWitnessed: "vu par d'autres", .markUnknown: "inconnu ici",

            .blank: "(vide)",
            .none: "", .verdict: "Verdict", .work: "Fichier", .manifest: "Manifeste",
            .signer: "Signataire", .key: "Clé", .ledger: "Registre", .witnesses: "Témoins",
            .timestamp: "Horodatage", .anchor: "Ancrage", .bracket: "Signé",
            .complete: "Complet",
            .existedBy: "Existait", .asOf: "En date du", .erased: "Effacé",
            .cardDigest: "Empreinte", .checked: "Vérifié", .name: "Nom",
            .entry: "Entrée", .issuer: "Émetteur", .thread: "Fil",
            .signedAt: "Signé le", .audience: "Pour", .receipt: "Reçu",
            .builder: "Chantier", .source: "Source", .commit: "Commit",
            .override: "Dérogation", .type: "Type",

            .withdrawal: "Retrait", .correction: "Correction",
            .levelSigned: "signé", .levelLogged: "inscrit", .levelWitnessed: "attesté",
            .levelTimestamped: "horodaté", .levelAnchored: "ancré",

            .verified: "prouvé : %1",
            .recordHolds: "l'enregistrement tient : %1 ; l'œuvre n'a PAS été vérifiée",
            .recordOfNoFileHolds: "l'enregistrement tient : %1 ; il ne porte sur aucun fichier",
            .suspectAccepted: "SUSPECT, et accepté",
            .damaged: "enregistrement abîmé ou incomplet",
            .refuted: "FAUX, ne le croyez pas : %1",
            .anotherFile: "PAS LE MÊME FICHIER que celui de l'enregistrement (modifié, enregistré "
                + "à nouveau, ou une autre image)",
            .anotherFileOfNone: "PAS LE MÊME FICHIER : l'enregistrement ne porte sur aucun",
            .suspect: "SUSPECT : %1", .unproven: "NON PROUVÉ : %1",
            .workUnchecked: "enregistrement seul : l'œuvre n'a PAS été vérifiée",
            .isAbsent: "absent : %1", .isUnknown: "inconnu de ce kit de confiance : %1",
            .isNotChecked: "non vérifié ici : %1", .isFalse: "FAUX : %1",
            .isSuspect: "SUSPECT : %1", .isThere: "prouvé : %1",
            .carriesNone: "absent : l'enregistrement n'en a pas",
            .nothingChecked: "rien : aucun kit de confiance n'a été nommé, et tout ceci est la "
                + "parole de l'enregistrement ; colophon verify dit ce qui tient",

            .sameFile: "est exactement le fichier que l'enregistrement nomme : SHA-256 %1",
            .sameManifest: "est exactement le manifeste qui a été signé : SHA-256 %1",
            .notCompared: "non comparé : aucun fichier n'a été nommé",
            .aboutNoFile: "l'enregistrement ne porte sur aucun fichier",
            .manifestSigned: "est celui qui a été signé",
            .manifestAbsent: "absent : effacé ou omis ; ce qui fut dit n'est pas connu",
            .manifestOther: "FAUX : n'est pas celui qui a été signé",
            .manifestUnreadable: "est illisible : %1",
            .signedBy: "signé par %1",
            .signedWithKeyOf: "signé avec la clé de %1",
            .keyUnplaced:
                "valable à la taille %1 ; la place de cet enregistrement n'est pas prouvée",
            .keyOlder:
                "valable à la taille %1 ; ce qui fut décidé de là à cette entrée n'est pas "
                + "connu",
            .keyAdded: "valable pour cette entrée, non révoquée à la taille %1",
            .keyRetired: "valable pour cette entrée ; retirée depuis, à la taille %1",
            .keyRevokedLater: "valable pour cette entrée ; révoquée plus tard, entrée %1",
            .keyRevokedLaterWhy: "valable pour cette entrée ; révoquée plus tard, entrée %1 "
                + "(\"%2\")",
            .keySuspect: "SUSPECT : %1",
            .headSuspect: "SUSPECT : une clé du registre a été volée, et un voleur a pu faire le "
                + "reçu de l'enregistrement",
            .entryOf: "entrée %1 de %2", .entryOfAt: "entrée %1 de %2, inscrite au plus tard le %3",
            .noReceipt: "l'enregistrement n'a pas de reçu : il n'est dans aucun journal connu",
            .receiptOf: "%1, taille %2, entrée %3, %4 ; non vérifié",
            .receiptOfHead: "%1, prolonge l'arbre de %2 à %3, %4 ; non vérifié",
            .receiptUnreadable: "est illisible", .moreReceipts: "et %1 de plus",
            .seenBy: "vu par %1 (%2 sur %3) au plus tard le %4",
            .seenByNewest: "vu par %1 (%2 sur %3) au plus tard le %4, dernièrement %5",
            .noQuorum: "ce kit de confiance ne demande aucun témoin",
            .datedBy: "par %1 au plus tard le %2",
            .existedByWitnesses: "%1, disent les témoins", .existedByAuthority: "%1, dit %2",
            .bracketBoth: "pas avant %1 (tête de %2 entrées, vue par %3), pas après %4",
            .bracketSeen: "pas avant %1 (tête de %2 entrées, vue par %3)",
            .bracketOpen: "pas avant la tête du journal de %1 entrées, pas après %2",
            .bracketLedger: "pas avant la tête du journal de %1 entrées",
            .asOfOffline: "taille %1, %2 ; rien n'a été demandé en ligne",
            .asOfOnline: "taille %1, %2 ; demandé à l'instant",
            .newerThanKit:
                "l'enregistrement est plus récent que ce kit de confiance, qui connaît le "
                + "journal jusqu'à l'entrée %1 ; un kit plus récent en dira peut-être plus",
            .erasedBy: "le registre a effacé le manifeste par l'entrée %1 : %2",

            .digestSigned: "le manifeste signé porte ce SHA-256 du texte anglais",
            .digestUnsigned: "le manifeste ne porte pas d'empreinte du texte ; il en découle",

            .moreLines: "et %1 lignes de plus, qui ne sont pas montrées ici : --json les a toutes",
            .signedAtClock: "%1 (horloge : %2)", .clockNobody: "réglée par personne",
            .clockGood: "%1, à %2 s près", .keyNamed: "%1 (%2)",

            .stepUnlike: "ressemble moins à l'entrée %1 que ne l'explique ce qui a été fait : "
                + "distance %2 sur 256",
            .look: "Aspect", .credentials: "C2PA", .parentLook: "Origine",
            .lookRecorded: "enregistré, peut être recherché",
            .lookPlain: "trop uniforme pour être comparé", .lookUnavailable: "indisponible : %1",
            .lookOther: "enregistré par %1, qui n'est pas comparé ici",
            .lookMalformed: "enregistré, mais n'est pas un hash pdq ; introuvable",
            .looksLike: "ressemble à l'entrée %1 (%2)", .bandResaved: "réenregistré",
            .bandResized: "redimensionné", .bandSimilar: "semblable",
            .parentLooks: "distance %1 sur 256 de son aspect, comme il a été déclaré",
            .parentStrays: "lui ressemble moins que déclaré : distance %1 sur 256",
            .credentialsNamed: "porte des Content Credentials ; leur vérité n'est pas vérifiée "
                + "ici : %1",
            .credentialsSame: "porte des Content Credentials, les mêmes qu'à la signature ; leur "
                + "vérité n'est pas vérifiée ici",
            .credentialsOther: "porte d'autres Content Credentials que ceux que nomme "
                + "l'enregistrement",
            .credentialsGone: "ne porte pas de Content Credentials, et l'enregistrement en nomme",
            .credentialsCopied: "porte les Content Credentials que nomme l'enregistrement, que "
                + "chacun peut copier dans un autre fichier",
            .credentialsDiffer: "porte d'autres Content Credentials que ceux que nomme "
                + "l'enregistrement",
            .credentialsLost: "ne porte pas de Content Credentials ; l'enregistrement en nomme",
            .credentialsUnread: "a des Content Credentials qui ne peuvent être lus",

            .plain: "%1", .thisOne: "celle-ci",
            .scopeUnread: "%1 entrées de plus ont été trouvées, sans être lues : %2 sont la limite "
                + "ici",
            .stepsUnshown: "%1 entrées de plus ont été lues, et n'ont pas de place ici",
            .linkEntry: "sa page", .linkRecord: "son enregistrement",
            .linkProof: "sa preuve",
            .linesUnshown: "%1 lignes de plus sont dans l'enregistrement, et n'ont pas de "
                + "place ici",
            .stepLogged: "entrée %1, inscrite au plus tard le %2", .stepPlaced: "entrée %1",
            .stepUnregistered: "entrée %1 : pas dans ce registre",
            .stepUnproven: "entrée %1 : sa place dans un journal n'est pas prouvée ici",
            .stepSigned: "signée par %1", .stepUnsigned: "nomme %1 comme signataire ; %2",
            .stepFalse: "FAUX : %1", .stepOtherSigner: "signée par quelqu'un d'autre : %1",
            .stepSuspect: "SUSPECTE, signée avec la clé de %1 : %2",
            .stepKeyOf: "signée avec la clé de %1 ; %2",
            .stepUnplaced: "sa place n'est pas prouvée ici",
            .stepOlderKit: "ce kit de confiance, de taille %1, est plus ancien que l'entrée",
            .stepSays: "%1 : \"%2\" par %3", .stepCopy: "exemplaire %1 sur %2",
            .stepActions: "ce qui fut fait : %1", .stepCaptured: "prise le %1 (horloge : %2)",
            .stepOfType: "type %1",
            .stepErased: "son manifeste a été effacé par l'entrée %1 : %2",
            .stepAbsent: "son manifeste n'est pas là : ce qu'il dit n'est pas connu",
            .stepWithdraws: "RETIRE l'entrée %1", .stepCorrects: "corrige l'entrée %1",
            .stepWithdrawsFile: "RETIRE le fichier SHA-256 %1",
            .stepCorrectsFile: "corrige ce qui fut dit du fichier SHA-256 %1",
            .withdrawsUnnamed: "RETIRE une entrée qu'il ne nomme pas",
            .withdrawnBy: "RETIRÉE par l'entrée %1",
            .withdrawnByOther: "l'entrée %1, de quelqu'un d'autre, dit qu'elle retire ceci",
            .correctedBy: "corrigée par l'entrée %1",
            .correctedByOther: "l'entrée %1, de quelqu'un d'autre, dit qu'elle corrige ceci",
            .withdrawnByDoubtful:
                "l'entrée %1 dit qu'elle retire ceci ; sa place ou son signataire est douteux",
            .correctedByDoubtful:
                "l'entrée %1 dit qu'elle corrige ceci ; sa place ou son signataire est douteux",
            .sameCopy: "l'entrée %1 nomme le même exemplaire",
            .parentElsewhere: "faite aussi à partir de l'entrée %1 (%2)",
            .parentOther: "son origine, l'entrée %1, a été signée par quelqu'un d'autre : %2",
            .parentAbsent: "son origine, l'entrée %1, n'est pas dans ce registre",
            .parentFileAbsent:
                "son origine est un fichier qu'aucune entrée d'ici ne nomme : SHA-256 %1",
            .parentUnread: "son origine, l'entrée %1, n'a pas été lue : une limite était atteinte",
            .parentFileUnread:
                "son origine, le fichier SHA-256 %1, n'a pas été cherché : une "
                + "limite était atteinte",
            .parentUnseen: "son origine, l'entrée %1, n'a pas été consultée",
            .parentFileUnseen: "son origine, le fichier SHA-256 %1, n'a pas été consulté",
            .parentCircle: "nomme son propre descendant, l'entrée %1, comme origine : un cercle",
            .parentLater: "son origine, l'entrée %1, fut inscrite après elle",
            .moreParents: "et %1 origines de plus", .andMore: "%1 et %2 de plus",
            .eventCapture: "prise de vue", .eventEdit: "modification",
            .eventPublish: "publication", .eventIssue: "émission d'un exemplaire",
            .eventTransfer: "transfert", .eventCorrect: "correction",
            .eventWithdraw: "retrait",
            .relationWhole: "comme origine", .relationPart: "comme partie",
            .relationInput: "comme donnée d'entrée",
            .scopeRecord: "seul cet enregistrement a été lu : colophon history demande à un "
                + "registre",
            .scopeLedger: "à la taille %1 de %2 ; qu'aucune entrée ne manque est la parole du "
                + "registre",
            .scopeFiles: "les %1 dernières entrées de %2 ont été lues, à la taille %3",
            .scopeUnlisted: "les œuvres faites à partir d'elles dans un autre fil, avec un autre "
                + "fichier, ne sont dans aucune liste",

            .scopeCut:
                "il y en a plus : %1 entrées ont été lues, c'est la limite ; une correction ou "
                + "un retrait peut être parmi les autres",
            .scopeOlderKit:
                "les clés sont jugées à la taille %1, celle de ce kit de confiance : l'une "
                + "peut être révoquée depuis",
            .openTruth: "Si l'œuvre montre la vérité.",
            .openTakenBack:
                "Si un enregistrement ultérieur corrige ou retire celui-ci : colophon history "
                + "demande.",
            .openPerson: "Quelle personne est derrière une clé.",
            .openPaper: "Si un tirage, un cadre ou un prix va avec cet enregistrement.",
            .openCopies: "Qu'il n'y a pas de second exemplaire %1 sur %2.",
            .openCapture: "Quand l'œuvre fut faite : une horloge le dit, et personne d'autre.",
            .openLater: "Ce que le registre a décidé après la taille %1 : une clé peut être "
                + "révoquée.",
            .openNothing: "Si quoi que ce soit ci-dessus tient : rien n'a été vérifié.",
            .openErased: "Ce que disait le manifeste effacé.",
        ],
        actions: [
            .addedText: "texte ajouté", .adjustedColor: "couleurs ou exposition ajustées",
            .changedSpeed: "vitesse changée",
            .colorAdjustments: "couleurs ou exposition ajustées",
            .converted: "converti en un autre format", .copied: "copié",
            .created: "créé", .cropped: "recadré", .deleted: "parties supprimées",
            .drawing: "dessiné dessus", .dubbed: "doublé", .edited: "modifié",
            .editedMetadata: "métadonnées modifiées", .enhanced: "amélioré",
            .filtered: "filtré", .formatted: "mis en forme", .managed: "géré",
            .opened: "ouvert", .orientation: "tourné ou retourné",
            .placed: "une autre œuvre y est placée", .printed: "imprimé",
            .produced: "produit", .published: "publié",
            .redacted: "parties rendues illisibles", .removed: "une partie retirée",
            .repackaged: "réemballé", .resized: "taille changée",
            .resizedProportional: "taille changée en proportion", .saved: "enregistré",
            .transcoded: "encodé à nouveau", .translated: "traduit", .trimmed: "raccourci",
            .unknown: "quelque chose qui n'a pas été noté",
            .versionUpdated: "version renouvelée", .watermarked: "filigrané",
            .watermarkedBound: "filigrané, lié à l'enregistrement",
            .watermarkedUnbound: "filigrané, non lié à l'enregistrement",
        ],
        wording: frenchWording)

    private static let frenchWording = CardWording(
        labels: [
            .card1: "FICHE 1", .card2: "FICHE 2", .type: "Type", .extra: "Extension",
            .files: "Fichiers", .sha256: "SHA-256", .predicate: "Prédicat", .none: "",
            .title: "Titre", .creator: "Auteur", .event: "Événement", .captured: "Prise",
            .pop: "PoP", .language: "Langue", .text: "Texte", .edition: "Édition",
            .drop: "Drop", .milestone: "Jalon", .madeFrom: "Fait de",
            .actions: "Actions", .inventory: "Inventaire", .place: "Lieu",
            .fingerprint: "Empreinte", .c2pa: "C2PA", .seen: "Vu",
            .slice: "Tranche", .decision: "Décision", .metric: "Mesure",
            .observed: "Observé", .evidence: "Preuves", .verdict: "Verdict",
            .counts: "Comptes", .serials: "Numéros", .summary: "Résumé",
            .timeline: "Déroulement", .entries: "Entrées", .device: "Appareil",
            .integrity: "Intégrité", .business: "Activité", .window: "Période",
            .ledger: "Registre", .noteKey: "Clé note", .receiptKey: "Clé reçu",
            .ledgerKey: "Clé livre", .recovery: "Secours",
            .algorithms: "Algorithmes", .types: "Types", .limits: "Limites",
            .ahead: "Avance", .operation: "Opération", .issuer: "Émetteur",
            .roles: "Rôles", .key: "Clé", .valid: "Valable", .until: "Jusqu'à",
            .suspect: "Suspect", .reason: "Raison", .handover: "Passation",
            .oldKey: "Ancienne", .newKey: "Nouvelle", .lastSize: "Dern. t.",
            .erased: "Effacé", .manifest: "Manifeste", .authority: "Autorité",
        ],
        phrases: [
            .heading: "ce que dit le signataire ; cette fiche n'en prouve rien",
            .copy: "exemplaire %1 sur %2", .capture: "%1, horloge %2",
            .within: ", à %1 s près", .parentEntry: "%1 entrée %2",
            .parentFile: "%1 SHA-256 %2",
            .bounds: "ouest %1, sud %2, est %3, nord %4", .sample: "%1, %2 m par point",
            .fingerprint: "%1, qualité %2, profil %3", .seen: "journal %1 à la taille %2",
            .unnamed: "sans nom", .unrecognised: "membres qui ne sont pas reconnus : %1",
            .unshown: "membres qui ne sont pas montrés : %1", .more: "et %1 de plus",
            .span: "%1 à %2", .suspectEntries: "à partir de l'entrée %1",
            .suspectHeads: "têtes à partir de la taille %1",
        ],
        values: [
            "capture": "prise de vue", "edit": "modification", "publish": "publication",
            "issue": "émission", "transfer": "transfert", "correct": "correction",
            "withdraw": "retrait", "parentOf": "origine", "componentOf": "partie",
            "inputTo": "entrée", "gnss": "satellite", "ntp": "réseau (NTP)",
            "device": "appareil", "declared": "déclarée",
            "start": "début", "promote": "promotion", "hold": "pause",
            "rollback": "retour en arrière", "balanced": "équilibré", "mismatch": "écart",
            "allotted": "alloués", "sold": "vendus", "returned": "rendus",
            "remaining": "restants", "add": "ajout", "retire": "retrait du service",
            "revoke": "révocation", "admin": "administration", "ci": "construction (CI)",
            "pop": "PoP", "note": "clé de note", "receipt": "clé de reçu",
            "ledger": "clé du registre",
        ])
}
