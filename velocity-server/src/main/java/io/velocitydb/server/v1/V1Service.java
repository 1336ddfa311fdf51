package io.velocitydb.server.v1;

import io.velocitydb.server.auth.V1Handshake;
import io.velocitydb.server.session.SessionEnvironment;

/**
 * What all connections share that may speak version 1. Thread-safe.
 *
 * @param environment of every session
 * @param login how clients log in
 * @param commands what they may ask then
 */
public record V1Service(SessionEnvironment environment, V1Handshake login, V1Commands commands) {}
