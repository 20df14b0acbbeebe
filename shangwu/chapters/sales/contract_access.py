"""Who sees contracts, and who drafts, seals, files and ends them (2.6.2)."""

from typing import Any

from rules.predicates import Predicate

from shangwu.chapters.sales.access import CLERKS, SELLERS, leads_sales
from shangwu.chapters.sales.models import (
    Contract,
    ContractDelivery,
    ContractOrder,
    ContractTemplate,
    CreditNote,
    Instalment,
    Refund,
    SealUse,
    StandardClause,
    Statement,
    StatementLine,
    Supplement,
    SupplementDelivery,
    SupplementInstalment,
    SupplementSealUse,
)
from shangwu.foundation.access.predicates import holds, is_not_concerned, predicate
from shangwu.foundation.access.scoping import Reach, open_to_all, scope
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import declare_part

READERS = {
    Role.SALES: Reach.TEAM, Role.CHANNELS: Reach.TEAM, Role.HEAD: Reach.DEPARTMENT,
    Role.SALES_SUPPORT: Reach.DEPARTMENT, Role.BUSINESS: Reach.DEPARTMENT, Role.LEGAL: Reach.DEPARTMENT,
    Role.FINANCE: Reach.DEPARTMENT, Role.SECRETARY: Reach.DEPARTMENT, Role.ARCHIVIST: Reach.DEPARTMENT,
    Role.EXECUTIVE: Reach.ALL, Role.VICE_EXECUTIVE: Reach.ALL,
}  # fmt: skip

scope(Contract, READERS)
scope(Supplement, READERS)
open_to_all(ContractTemplate, *READERS)
open_to_all(StandardClause, *READERS)
ACCOUNTS = {
    Role.SALES: Reach.TEAM, Role.CHANNELS: Reach.TEAM, Role.HEAD: Reach.DEPARTMENT,
    Role.SALES_SUPPORT: Reach.DEPARTMENT, Role.FINANCE: Reach.DEPARTMENT, Role.EXECUTIVE: Reach.ALL,
    Role.VICE_EXECUTIVE: Reach.ALL,
}  # fmt: skip


def sees_accounts(by: Actor) -> bool:
    """2.6.2: sums of what is owed are for those who see the accounts, of the customers whom they see."""
    return by.is_system or by.holds_any(tuple(ACCOUNTS))


def sees_collection(by: Actor) -> bool:
    """2.7.2: how much of what fell due was paid is also for whoever writes the sales report."""
    return sees_accounts(by) or by.holds_any((Role.BUSINESS,))


scope(Statement, ACCOUNTS)
scope(CreditNote, ACCOUNTS)
scope(Refund, ACCOUNTS)
declare_part(StatementLine, "statement")
declare_part(SupplementDelivery, "supplement")
declare_part(SupplementInstalment, "supplement")
declare_part(SupplementSealUse, "supplement")
for part in (ContractOrder, Instalment, ContractDelivery, SealUse):
    declare_part(part, "contract")


@predicate
def keeps_contracts(by: Actor, contract: Any) -> bool:
    """2.6.2: sales for their own customers, sales support and the head for the department's."""
    if by.is_system:
        return True
    if contract is None:
        return by.holds_any((*SELLERS, *CLERKS))
    is_ours = by.holds_any(SELLERS) and contract.owner_id in {by.person_id, *by.stood_in_for, *by.team}
    return is_ours or by.holds_for(CLERKS, contract.department_id)


uses_seals: Predicate = holds(Role.SECRETARY, Role.EXECUTIVE) & is_not_concerned
files_contracts: Predicate = holds(Role.SALES_SUPPORT, Role.ARCHIVIST)
ends_contracts: Predicate = leads_sales
lets_pass: Predicate = holds(Role.EXECUTIVE) & is_not_concerned
settles_accounts: Predicate = keeps_contracts | holds(Role.FINANCE)
voids_credits: Predicate = holds(Role.FINANCE)
drafts_templates: Predicate = holds(Role.SALES_SUPPORT, Role.LEGAL, Role.HEAD)
releases_templates: Predicate = holds(Role.LEGAL) & is_not_concerned
