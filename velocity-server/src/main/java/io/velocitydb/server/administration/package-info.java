/**
 * The commands that run a server: opcodes from 0x30. They work on threads of their own, one at a
 * time per connection. Roles are checked before; here it is checked that somebody whose scopes are
 * narrow does not administer more than those. Start at {@link
 * io.velocitydb.server.administration.AdministrationCommands}.
 */
@NullMarked
package io.velocitydb.server.administration;

import org.jspecify.annotations.NullMarked;
