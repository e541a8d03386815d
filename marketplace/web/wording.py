"""Every sentence about what a wallet, a contract or the network answered: what happened, and what to do.

One table for pages and fragments, so that a code means the same words wherever it comes from: a wallet (reported by
the browser), the node's refusal of a transaction before it was sent, its receipt, or the watcher.
"""

from dataclasses import dataclass

from marketplace.chain import profiles


def chain_name(chain_id: int) -> str:
    return profiles.of_id(chain_id).name


@dataclass(frozen=True, slots=True)
class Words:
    """`say`: what happened, one sentence. `do`: what the reader does next. `tone`: info, warn or bad."""

    say: str
    do: str = ""
    tone: str = "warn"

    def __str__(self) -> str:
        return f"{self.say} {self.do}".strip()


# --- the wallet, as the browser reports it (EIP-1193 codes, found by `wallet/errors.ts`) --------------------------

WALLET = {
    "no-wallet": Words(
        "No wallet was found in this browser.",
        "Install one, or open this page in your wallet's own browser. What you prepared waits here.",
    ),
    "rejected": Words("You cancelled. Nothing was sent.", "Try again whenever you like.", "info"),
    "pending": Words(
        "Your wallet already has a request open.", "Open the wallet, answer that one, then come back.", "info"
    ),
    "wrong-chain": Words("Your wallet is on another network.", "Switch it to {chain} to go on."),
    "unknown-chain": Words("Your wallet does not know {chain} yet.", "Add the network when it asks, then try again."),
    "wrong-account": Words(
        "Your wallet is open on another account than the one you signed in with, {account}.",
        "Switch accounts in the wallet, or sign out and sign in with the other one.",
    ),
    "low-funds": Words(
        "Your wallet has too little for the network fee on {chain}.",
        "Add a little of the network's own coin to it, then try again. Nothing was sent.",
    ),
    "node-down": Words(
        "We cannot reach the network just now.", "What you prepared is safe here. Try again in a minute."
    ),
    "would-revert": Words(
        "The contract would refuse this, so nothing was sent.", "Go back, look at the page again and start anew."
    ),
    "failed": Words("Your wallet could not do this and did not say why.", "Nothing was sent. Try again."),
}

# --- the network, as the watcher and the review of receipts see it ------------------------------------------------

NETWORK = {
    "reverted": Words(
        "The network refused it. You paid its network fee; nothing else moved.",
        "Look at the page again, then retry.",
        "bad",
    ),
    "dropped": Words("The network did not pick it up. Nothing was charged.", "You can send it again."),
    "replaced": Words(
        "Your wallet replaced it by another transaction, which was not this one.", "Send it again if you still want it."
    ),
    "expired": Words("This was not signed in time, so it is void. Nothing was charged.", "Start it again."),
    "changed": Words("You changed it since, so this is void. Nothing was charged.", "Start it again from its page."),
    "reorg": Words(
        "The network took the block back that held this.", "It usually comes again by itself; nothing to do.", "info"
    ),
    "no-event": Words(
        "The transaction went through, but it did something else than what was prepared here.",
        "Look at what it did, then start again.",
        "bad",
    ),
    "void": Words("You changed what this was about, so it no longer counts.", "Nothing was sent. Start it again."),
    "relay-failed": Words(
        "We could not send this for you just now.",
        "Send it yourself: your wallet will ask once more, and you pay a small network fee.",
    ),
}

# --- the contracts' own refusals, by the name of their error in contracts/abi -------------------------------------

_LOOK = "Go back to the page, look at what it shows now, and start again."
_TELL = "Nothing of yours moved. This should not happen: please tell us, and name the transaction."

CONTRACT = {
    # a sale (Market)
    "SalesArePaused": Words("Sales are paused for now.", "Nothing was charged. Try again later."),
    "OfferExpired": Words("This offer has expired.", "Nothing was charged. Look at the work’s page for a newer one."),
    "OfferWithdrawn": Words(
        "The seller has withdrawn this offer.", "Nothing was charged. Look at the work’s page for a newer one."
    ),
    "CounterPassed": Words(
        "The seller has withdrawn all offers of that time.",
        "Nothing was charged. Look at the work’s page for a newer one.",
    ),
    "SoldOut": Words(
        "There are fewer left than you wanted: somebody was faster.", "Nothing was charged. Look at what is left."
    ),
    "NothingWanted": Words("That would buy nothing.", "Choose how many you want."),
    "SellerIsNotCreator": Words(
        "This offer is not by the work’s creator, so it gives no licence.", "Nothing was charged. Do not buy it."
    ),
    "NotForYou": Words(
        "This offer was made to somebody else.", "Nothing was charged. Ask the seller for one of your own."
    ),
    "RevenuePassed": Words(
        "The work has earned more since these shares were offered, so the offer is void.",
        "Nothing was charged. Ask the seller for a new one.",
    ),
    "PriceTooHigh": Words("It would cost more than you agreed to.", "Nothing was charged. Look at the price again."),
    "PaidTooLittle": Words("Less money arrived than the price.", "Nothing was charged. Start again."),
    "PayerIsNotCaller": Words("Only the one who pays may send this.", "Send it from the wallet that pays."),
    "NotTheSeller": Words("Only the one who signed this offer may withdraw it.", "Sign in with that wallet."),
    "FeeTooHigh": Words(
        "The site’s fee is now more than this offer allows.", "Nothing was charged. Ask for a new offer."
    ),
    "NoFeeRecipient": Words("The fee has nobody to go to.", _TELL, "bad"),
    "InvalidSignature": Words(
        "The signature does not fit what it was given for.", "Nothing was charged. Go back and sign again."
    ),
    # prepaid channels for metered use (Meter)
    "InvalidAccount": Words("Money cannot belong to that address.", "Choose a person’s, or a work’s own."),
    "WithdrawDelayOutOfRange": Words(
        "A withdrawal has to wait between 15 minutes and 30 days.", "Choose a time in between."
    ),
    "NotTheWorksAsset": Words("This work earns in another currency.", "Fill the channel in that one."),
    "NotThePayer": Words("Only who pays for this channel may ask for money back.", "Sign in with their wallet."),
    "NotTheReceiver": Words(
        "Only who is paid through this channel, or speaks for them, may do this.", "Sign in with their wallet."
    ),
    "WithdrawalNotReady": Words("The time for what was used before is not over yet.", "Try again when it is."),
    "RefundNotDue": Words("This refund was signed for a later turn.", "Wait for the one before it."),
    # a work made from others (Remix)
    "NoParents": Words("A remix is made from at least one other work.", "Say which."),
    "TooManyParents": Words("A remix can be made from eight works at most.", "Leave some out."),
    "RemixNotAllowed": Words("That licence does not allow remixing.", "Get one that does."),
    "NotLicensed": Words(
        "The maker of the remix has no such licence now: it has ended, or was never theirs.",
        "Get a licence that allows remixing first.",
    ),
    "ShareTooSmall": Words(
        "The work that this was made from gets a smaller part than its licence asks for.",
        "Give its address a larger one; at least one share.",
    ),
    "ParentsShareTooLarge": Words(
        "The works that this was made from would get more than half of it together.",
        "Give them less, or leave some out.",
    ),
    "NotApproved": Words(
        "The licence asks that the creator of that work approves each remix, and they have not approved this one.",
        "Ask them for their signature.",
    ),
    "ParentNotEarlier": Words("A remix cannot be older than what it was made from.", _LOOK),
    # many works sold as one (Collections)
    "UnknownEdition": Words("There is no such edition.", _LOOK),
    "EmptyEdition": Words("An edition has at least one work in it.", "Add some, then publish again."),
    "SaltDiffers": Words(
        "What was signed is another list of works than this one.", "Publish the list that was signed."
    ),
    "NotTheCurator": Words(
        "Only the curator of an edition can publish the next one.", "Sign in with their wallet, or start a new series."
    ),
    "NothingForMembers": Words(
        "The works in this edition would get nothing of what it earns.", "Give them a part, then publish again."
    ),
    "NotAnEdition": Words("Only shares of editions can be given to their members.", "Nothing was moved."),
    "NotAMember": Words("That work is not in this edition, or not with this weight.", _LOOK),
    "MemberNotEarlier": Words("A work in an edition has to be older than the edition.", "Add it to the next one."),
    "MemberEarnsElsewhere": Words(
        "That work earns in another currency than the edition.", "Put it into an edition in its own currency."
    ),
    "CheckpointUnorderedInsertion": Words("The network’s clock went backwards.", _TELL, "bad"),
    # making a work, shares and licences (Rights)
    "NotTheCreator": Words("Only the creator of this work may do this.", "Sign in with their wallet."),
    "DraftExpired": Words("What you prepared was valid for a while only, and that is over.", "Prepare the mint again."),
    "DraftUsed": Words("This draft has become a work already.", "You find it in your studio."),
    "AssetNotAllowed": Words("New works cannot be paid in this currency.", "Choose another one."),
    "NotAContract": Words("That currency does not exist on this network.", "Choose another one."),
    "RoyaltyTooHigh": Words("The resale royalty is more than the whole price.", "Choose a smaller one."),
    "SharesDoNotAddUp": Words("The shares do not add up to 100 %.", "Change them, then mint again."),
    "EmptyShare": Words("Somebody in the list of holders gets nothing.", "Remove them or give them a part."),
    "NoUnits": Words("That would be a licence of nothing.", "Choose how many you want."),
    "UnknownLicence": Words("There is no such licence.", _LOOK),
    "LicenceNotTransferable": Words("This licence stays with its licensee.", "It cannot be handed on."),
    "LicenceMovesWhole": Words("A licence can only be handed on as a whole.", "Hand on all of it or nothing."),
    "UnknownWork": Words("There is no such work on this network.", _LOOK),
    "NotAnEdge": Words("That contract may not do this.", _TELL, "bad"),
    "ArrivedTooLittle": Words("Less money arrived than the works were to earn.", _TELL, "bad"),
    "OwedTooLittle": Words("That is more than you have earned and not been paid.", "Pass on less."),
    "LengthsDiffer": Words("The request to the contract was malformed.", _TELL, "bad"),
    "RevenueTooLarge": Words("That is more money than a work can ever keep account of.", "Send less.", "bad"),
    "AssetsDiffer": Words("These works earn in different currencies.", "Claim them one currency at a time."),
    "InvalidPayee": Words("Money cannot be sent to that address.", "Choose an address of your own."),
    "OutOfGasWhilePaying": Words(
        "The network fee was set too low to finish paying.",
        "Nothing moved. Send it again with the fee that the wallet proposes.",
    ),
    "NotThePendingCreator": Words(
        "Only who was named by the work’s creator can take over from them.", "Ask the creator to name your wallet."
    ),
    "IsTheWorksAsset": Words("This money is the work’s own and belongs to its holders.", "Have it counted instead."),
    "NotTheCourt": Words("Only the court that settles disputes may do this.", ""),
    "AlreadyHeld": Words("What this work earns is being held already.", ""),
    "NotHeld": Words("What this work earns is not being held.", ""),
    "HeldUntil": Words(
        "What this work earns is held while a dispute is settled.", "Once its time is over, anybody can end that."
    ),
    "UnfitParent": Words("This work cannot hold shares of that one.", "Only an earlier work in the same currency can."),
    "ERC1155InsufficientBalance": Words(
        "There are fewer shares in the seller’s wallet than this would take.",
        "Nothing was charged. Look at the offer again.",
    ),
    "ERC1155MissingApprovalForAll": Words(
        "The seller has not allowed the market to hand over their shares.",
        "Nothing was charged. The seller can allow it when offering them again.",
    ),
    "ERC1155InvalidReceiver": Words(
        "The receiving wallet is a contract that cannot hold shares or licences.", "Use another wallet to receive them."
    ),
    "ERC1155InvalidSender": Words("Shares cannot come from nowhere.", _TELL, "bad"),
    "ERC1155InvalidOperator": Words("Nobody cannot be given permission.", _TELL, "bad"),
    "ERC1155InvalidApprover": Words("Nobody cannot give permission.", _TELL, "bad"),
    "ERC1155InvalidArrayLength": Words("The request to the contract was malformed.", _TELL, "bad"),
    # a licence paid by the second (Streams)
    "UnknownStream": Words("There is no such licence by the second.", _LOOK),
    "StreamIsClosed": Words("This licence was stopped, or ends with what was paid in.", "Open a new one to go on."),
    "LicenseeDiffers": Words(
        "That licence is somebody else’s than the one that was to be paid for.",
        "Nothing was charged. Look at it again.",
    ),
    "NobodyToLicense": Words("A licence needs somebody who has it.", "Say whose it is to be."),
    "NotYourStream": Words("Only who pays for this licence, or has it, may stop it.", "Sign in with that wallet."),
    "UnfitTerms": Words("These terms cannot be sold by the second.", "Offer them for a fixed price instead."),
    "UnfitRate": Words("That price cannot be counted by the second.", "Choose another price or another period."),
    "NothingDeposited": Words("A licence by the second starts with some money.", "Pay in more than nothing."),
    "DepositTooLarge": Words("That is more money than can be kept account of.", "Pay in less."),
    # a purchase by a plain transfer (Invoices)
    "OfferDiffers": Words("This address was made for another offer.", "Nothing was bought. Look at the offer again."),
    "NobodyToRefund": Words("It must be said where money goes back to.", "Give a wallet of your own."),
    "NotTheRefundee": Words(
        "Only the wallet that money goes back to may take it back while it can still buy.", "Sign in with that wallet."
    ),
    "OfferStillStands": Words(
        "This money can still buy what it was sent for.", "It can be taken back once the offer has ended."
    ),
    # money (the asset)
    "InsufficientBalance": Words(
        "The paying wallet has too little money for this.", "Nothing was charged. Add some, then try again."
    ),
    "InsufficientAllowance": Words(
        "The market was not allowed to take this much.",
        "Nothing was charged. Start again: your wallet will ask for it.",
    ),
    "AllowanceOverflow": Words("That allowance is too large a number.", _LOOK),
    "AllowanceUnderflow": Words("That allowance is smaller than what it was to be lowered by.", _LOOK),
    "AuthorizationExpired": Words(
        "What you signed to pay with was valid for a while only, and that is over.", "Nothing was charged. Sign again."
    ),
    "AuthorizationNotYetValid": Words(
        "What you signed to pay with is not valid yet.", "Nothing was charged. Check your clock, then sign again."
    ),
    "AuthorizationUsedOrCanceled": Words(
        "What you signed to pay with was used before.",
        "Look at your activity: the purchase may have gone through. Otherwise start again.",
    ),
    "InvalidAuthorization": Words(
        "The currency does not accept what was signed to pay with.",
        "Nothing was charged. Check that the right account is open in your wallet and sign again.",
    ),
    "CallerIsNotPayee": Words("Only the market may use what you signed to pay with.", _LOOK),
    "PermitExpired": Words("Your permission to pay has expired.", "Nothing was charged. Sign again."),
    "InvalidPermit": Words("The currency does not accept your permission to pay.", "Nothing was charged. Sign again."),
    "Permit2AllowanceIsFixedAtInfinity": Words("That allowance cannot be changed.", _LOOK),
    "Blacklisted": Words(
        "The company behind this currency refuses one of the wallets.",
        "What was earned is kept and can be withdrawn to another address.",
        "bad",
    ),
    "NotTheBlacklister": Words("Only the company behind the currency may do this.", ""),
    "ETHTransferFailed": Words(
        "The network’s own coin could not be paid out to that wallet.", "Use another wallet to receive it."
    ),
    "TotalSupplyOverflow": Words("That is more money than there can be.", ""),
    "SafeERC20FailedOperation": Words(
        "The currency refused the payment.", "Nothing moved. Check that the paying wallet has enough of it."
    ),
    # the machinery
    "OwnableUnauthorizedAccount": Words("Only the operators of the contract may do this.", ""),
    "OwnableInvalidOwner": Words("That address cannot own the contract.", ""),
    "AccessControlUnauthorizedAccount": Words("Only those who govern the contracts may do this.", ""),
    "AccessControlBadConfirmation": Words("A role can only be given up by who has it.", ""),
    "TimelockInsufficientDelay": Words("What the contracts’ owner does is announced longer before.", ""),
    "TimelockInvalidOperationLength": Words("The announcement to the timelock was malformed.", ""),
    "TimelockUnauthorizedCaller": Words("Only the timelock itself may do this.", ""),
    "TimelockUnexecutedPredecessor": Words("Something else that was announced has to be done first.", ""),
    "TimelockUnexpectedOperationState": Words(
        "This was not announced, or not long enough ago, or it has been done.", "Look at what the timelock says of it."
    ),
    "FailedCall": Words("A contract that was called refused and did not say why.", _TELL, "bad"),
    "ReentrancyGuardReentrantCall": Words("The contract was called while it was at work.", _TELL, "bad"),
    "SafeCastOverflowedUintDowncast": Words("A number is too large for the contract.", "Use a smaller one."),
    "FailedDeployment": Words("The work’s payment address could not be made.", _TELL, "bad"),
    "InvalidShortString": Words("A name in the contract is malformed.", _TELL, "bad"),
    "StringTooLong": Words("A text is too long for the contract.", "Make it shorter."),
}


def words_for(reason: str, *, chain_id: int, account: str = "") -> Words:
    """The words for a wallet code, a network code or a contract's error name; honest about an unknown one."""
    words = WALLET.get(reason) or NETWORK.get(reason) or CONTRACT.get(reason)
    if words is None:
        return Words(f"It did not work ({reason or 'no reason was given'}).", _LOOK, "bad")
    chain = chain_name(chain_id)
    return Words(
        words.say.format(chain=chain, account=account), words.do.format(chain=chain, account=account), words.tone
    )
