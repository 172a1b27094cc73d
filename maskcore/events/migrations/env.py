"""What alembic runs: the steps, on the connection and within the transaction that `upgrade` opened."""

from alembic import context

from maskcore.events.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
