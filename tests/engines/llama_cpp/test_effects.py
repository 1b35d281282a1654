"""Which functions change something, by what is said about them."""

import pytest

from dragoman.domain.conversation import Tool
from dragoman.engines.llama_cpp.tools.decision.effects import changes


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("book_train", "Book a train"),
        ("order_supplies", "Order more of something"),
        ("add_to_cart", "Put an article into the cart"),
        ("deleteFile", "Deletes a file"),
        ("visit", "Books a visit. The date is needed."),
        ("createIssue", ""),
        ("notion-update-page", "Update a page"),
        ("transfer_funds", "Transfer the money"),
        ("order", "Place an order"),
        ("add_issue_comment", "Add a comment to an issue"),
        ("send_message", ""),
        ("send_sms", "Send a text message to a phone number"),
        ("book_table", "Book a table at a restaurant. Returns a confirmation code."),
        ("transfer", "Transfer money between accounts"),
        ("append_to_file", "Append text to the end of an existing file."),
        ("edit_text_file", "Make line-based edits to a text file."),
        ("write_query", "Execute an INSERT, UPDATE or DELETE query on the database."),
        ("add_to_shopping_list", "Add an ingredient to the shopping list."),
        ("complete_task", "Mark a task as done."),
        ("scale_deployment", "Set the number of replicas of a deployment."),
        ("crm_update_contact", "Update fields of a contact."),
        ("turn_on_aircon", "방의 에어컨을 켭니다."),
        ("change_plan", "구독 요금제를 변경합니다."),
        ("report_missed_collection", "Meldet eine Tonne, die nicht geleert wurde."),
    ],
)
def test_a_function_that_changes_something_is_known_by_its_verb(
    name: str, description: str
) -> None:
    assert changes(Tool(name, description, {}))


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("get_booking", "Get a booking"),
        ("order_status", "Order status by number"),
        ("order_status", "Returns the status of an order"),
        ("book_search", "Search for books"),
        ("share_price", "Share price of a company"),
        ("schedule", "Show the schedule"),
        ("weather", "The weather in a city"),
        ("shell", "Run a command"),
        ("run_command", "Run a shell command in the workspace root"),
        ("posts", "Posts of a user"),
        ("add", "Add two numbers"),
        ("add", "Adds two numbers"),
        ("add", "Adds a and b"),
        ("replace", "Replace a word in a text and return it"),
        ("email_search", "Searches the mailbox"),
        ("place_details", "Details of a place"),
        ("lock_status", "Whether a door is locked"),
        ("edit_distance", "The edit distance of two words"),
        ("order_status", "주문 상태를 조회합니다."),
        ("book_search", "Sucht Bücher nach dem Titel."),
        ("place_order_history", "Past orders"),
        ("scale", "Scale a vector by a number"),
        ("remove", "Remove a part of a string"),
        ("update_info", "Information about the last update"),
        ("", ""),
    ],
)
def test_other_functions_change_nothing(name: str, description: str) -> None:
    assert not changes(Tool(name, description, {}))
